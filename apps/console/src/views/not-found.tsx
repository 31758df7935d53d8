import { Link } from '../parts/link'
import { Page } from '../parts/page'
import { strings } from '../strings/account'

export function NotFound() {
  const { title, text, link } = strings.notFound
  return (
    <Page title={title} lead={text} narrow>
      <p>
        <Link class="button primary" to="/">
          {link}
        </Link>
      </p>
    </Page>
  )
}
