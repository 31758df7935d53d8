import {
  type ArgumentsHost,
  type CanActivate,
  Catch,
  createParamDecorator,
  type ExceptionFilter,
  type ExecutionContext,
  Injectable,
} from '@nestjs/common'
import type { Request, Response } from 'express'
import { HallpassError, problemPatch } from 'hallpass'
import type { RequestAuth } from 'hallpass/express'
import { sendPatch } from 'hallpass/node'

const requestOf = (context: ArgumentsHost): Request => context.switchToHttp().getRequest<Request>()

/** `@UseGuards(SessionGuard)`: only requests with a session; unsafe methods only from our own pages. */
@Injectable()
export class SessionGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    requestOf(context).auth.require()
    return true
  }
}

/** `@Auth() auth: RequestAuth` in a handler. */
export const Auth = createParamDecorator(
  (_: unknown, context: ExecutionContext): RequestAuth => requestOf(context).auth,
)

/** Answers what `auth` throws with problem documents (RFC 9457). */
@Catch(HallpassError)
export class HallpassFilter implements ExceptionFilter<HallpassError> {
  catch(error: HallpassError, host: ArgumentsHost): void {
    sendPatch(host.switchToHttp().getResponse<Response>(), problemPatch(error))
  }
}
