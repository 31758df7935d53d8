import { withAuth } from 'hallpass/fetch'
import { auth } from '../../../auth.js'

/** The endpoints of Hallpass: refresh, resume, sign-out, session, sessions, csrf, jwks. */
const handle = withAuth(auth, () => new Response('Not found', { status: 404 }))

export { handle as GET, handle as POST, handle as DELETE }
