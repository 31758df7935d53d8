import { holdsBehind, needsEachOf } from './behind-proxy.js'
import { nginx } from './proxies.js'

holdsBehind(nginx)

needsEachOf(nginx, {
  'auth_request     /verdict;': 'nothing odd: a visitor who must sign in',
  'proxy_set_header Authorization $backend_authorization;': 'G03',
  'proxy_set_header Cookie        $backend_cookie;': 'G21',
  'proxy_set_header X-User        $backend_user;': 'G01',
  'proxy_set_header X-Forwarded-Prefix  "";': 'G07',
  'proxy_set_header X-Rewrite-URL       "";': 'G12: X-Original-URL and X-Rewrite-URL',
  'proxy_set_header X-Original-URI     $request_uri;': 'G12: the headers by which nginx asks',
})
