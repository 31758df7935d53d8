/** What an option of curl does, as far as it says what is sent. */
export type CurlOption = Valued | Flag

interface Valued {
  readonly takesValue: true
  readonly means:
    | 'method'
    | 'url'
    | 'header'
    | 'data'
    | 'data-raw'
    | 'data-urlencode'
    | 'json'
    | 'cookie'
    | 'user'
    | 'agent'
    | 'referer'
    | 'nothing'
  /** What becomes of it, where that is not what curl would do. */
  readonly note?: string
}

interface Flag {
  readonly takesValue: false
  readonly means: 'flag'
  readonly flag: 'head' | 'get' | 'globoff' | 'compressed' | 'other'
  readonly note?: string
}

/** The option of this name, with its hyphens; null for one that is not known here, or would change where and how things are sent. */
export function curlOption(name: string): CurlOption | null {
  return options.get(name) ?? null
}

const options: ReadonlyMap<string, CurlOption> = new Map(
  (
    [
      ['-X --request', valued('method')],
      ['--url', valued('url')],
      ['-H --header', valued('header')],
      ['-d --data --data-ascii --data-binary', valued('data')],
      ['--data-raw', valued('data-raw')],
      ['--data-urlencode', valued('data-urlencode')],
      ['--json', valued('json')],
      ['-b --cookie', valued('cookie')],
      ['-u --user', valued('user')],
      ['-A --user-agent', valued('agent')],
      ['-e --referer', valued('referer')],
      ['-o --output -c --cookie-jar', valued('nothing', 'No file is written.')],
      ['-m --max-time --connect-timeout', valued('nothing', 'The time to wait is the usual one.')],
      ['-w --write-out --max-redirs --retry', valued('nothing', 'It says nothing about the request.')],
      ['-I --head', flag('head')],
      ['-G --get', flag('get')],
      ['-g --globoff', flag('globoff')],
      ['--compressed', flag('compressed')],
      ['-k --insecure', flag('other', 'Certificates are checked all the same.')],
      ['-L --location', flag('other', 'A redirect is shown, and not followed.')],
      ['--http2 --http2-prior-knowledge --http3', flag('other', 'The request is sent with HTTP/1.1.')],
      ['-s --silent -S --show-error -v --verbose -i --include -f --fail --fail-with-body', flag('other')],
      ['-# --progress-bar --no-progress-meter -N --no-buffer --http1.1 --basic --tcp-nodelay', flag('other')],
    ] as const
  ).flatMap(([names, option]) => names.split(' ').map((name) => [name, option])),
)

function valued(means: Valued['means'], note?: string): Valued {
  return { takesValue: true, means, ...(note === undefined ? {} : { note }) }
}

function flag(which: Flag['flag'], note?: string): Flag {
  return { takesValue: false, means: 'flag', flag: which, ...(note === undefined ? {} : { note }) }
}
