// What people's apps talk to. It takes their access tokens, and passes none of them on.
import { call, serve } from './service.js'
import { ownToken, tradedToken } from './tokens.js'

const { HALLPASS_ISSUER: issuer, ORDERS: orders, INVOICES: invoices } = process.env

serve(issuer, {
  // In the caller's name: orders and invoices know for whom, and through whom.
  'GET /orders': async ({ token }) => {
    const traded = await tradedToken(token, 'orders')
    return traded === null ? null : call(`${orders}/orders`, traded)
  },
  // In the gateway's own name: whoever asks for it, it is no work of theirs.
  'POST /reminders': async () => call(`${invoices}/reminders`, await ownToken('invoices'), 'POST'),
})
