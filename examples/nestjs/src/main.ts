import 'reflect-metadata'
import {
  BadRequestException,
  Body,
  Controller,
  Get,
  Module,
  Post,
  Res,
  UnauthorizedException,
  UseGuards,
} from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import type { Response } from 'express'
import { hallpassExpress, type RequestAuth } from 'hallpass/express'
import { auth, port } from './auth.js'
import { Auth, HallpassFilter, SessionGuard } from './hallpass.js'
import { addUser, checkPassword, idOf } from './users.js'

@Controller()
class AppController {
  @Post('sign-in')
  async signIn(
    @Auth() auth: RequestAuth,
    @Body() body: { email?: unknown; password?: unknown },
    @Res({ passthrough: true }) res: Response,
  ) {
    const { email, password } = body
    if (typeof email !== 'string' || typeof password !== 'string') throw new BadRequestException()
    const id = idOf(email)
    const begun = await auth.begin(id) // before the check: "log out everywhere" in between wins
    if (!(await checkPassword(id, password))) throw new UnauthorizedException()
    const { tokens } = await auth.signIn(id, { begun, amr: ['pwd'], remember: true })
    res.status(tokens === null ? 204 : 200)
    return tokens === null ? undefined : { tokens } // a native client carries its own
  }

  @Get('me')
  @UseGuards(SessionGuard)
  me(@Auth() auth: RequestAuth) {
    return { id: auth.require().subject }
  }

  // Changes something, so it must come from a page of ours: the guard sees to it.
  @Post('notes')
  @UseGuards(SessionGuard)
  addNote(@Auth() auth: RequestAuth) {
    return { by: auth.require().subject }
  }
}

@Module({ controllers: [AppController] })
class AppModule {} // oxlint-disable-line typescript/no-extraneous-class -- a module of Nest is its decorator

const app = await NestFactory.create(AppModule, { logger: ['warn', 'error'] })
app.use(hallpassExpress(auth)) // who is calling, and the endpoints under /auth
app.useGlobalFilters(new HallpassFilter())

await addUser('u_1', 'ada@example.com', 'correct horse battery staple')
await app.listen(port)
console.log(`http://localhost:${port}`)
