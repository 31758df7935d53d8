import { holdsBehind, needsEachOf } from './behind-proxy.js'
import { caddy } from './proxies.js'

holdsBehind(caddy)

needsEachOf(caddy, {
  'copy_headers Authorization Cookie X-User': 'nothing odd: anna',
  'request_header -*_*': 'G02',
  'request_header -X-Auth-*': 'G01',
  'request_header -X-Forwarded-*': 'G07',
  'request_header -X-Rewrite-*': 'G12: X-Original-URL and X-Rewrite-URL',
  'request_header -Hallpass-*': 'G21',
  'request_header @upgrade -Upgrade': 'G26',
})
