const name = '#paste='

/**
 * What another of these pages hands over within the tab, in a fragment: browsers send those nowhere. It is taken out of
 * the address at once. Links of other sites are not followed: tokens do not belong in addresses.
 */
export function takeHandedOver(): string {
  const { hash, pathname, search, origin, protocol } = location
  if (!hash.startsWith(name)) return ''
  history.replaceState(null, '', pathname + search)
  const isOurs = protocol === 'file:' || document.referrer.startsWith(`${origin}/`)
  try {
    return isOurs ? decodeURIComponent(hash.slice(name.length)) : ''
  } catch {
    return ''
  }
}
