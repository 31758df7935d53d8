import { NextResponse } from 'next/server'

/**
 * Redirects and does nothing else: it may run far from the application, so it looks at whether a cookie of ours came at
 * all. Whether that is worth anything is for the page to ask. `resume` refreshes, or leads on to the sign-in page.
 */
export function proxy(request) {
  const { pathname, search } = request.nextUrl
  const carried = request.cookies.getAll().some(({ name }) => /^(__Host-Http-)?hallpass(-access)?$/.test(name))
  if (carried) return NextResponse.next()
  return NextResponse.redirect(new URL(`/auth/resume?to=${encodeURIComponent(pathname + search)}`, request.url), 303)
}

export const config = { matcher: '/account/:path*' }
