import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readCookieDate } from '#src/inspect/set-cookie/cookie-date.js'

function read(text: string): string | null {
  const time = readCookieDate(text)
  return time === null ? null : new Date(time).toISOString()
}

test('a date is read in any order and with any delimiters, and of two alike the first counts', () => {
  const moment = '2037-10-21T07:28:09.000Z'
  for (const text of [
    'Wed, 21 Oct 2037 07:28:09 GMT',
    'Wednesday, 21-oct-37 07:28:09 GMT',
    'Wed Oct 21 7:28:9 2037',
    '7:28:9 21 October 2037',
    '21 Oct 2037 07:28:09 08:00:00',
    '21 Oct Nov 2037 07:28:09',
    '21 Oct 2037 2038 07:28:09',
    '21th Oct 2037x 07:28:09x',
  ])
    assert.equal(read(text), moment, text)
})

test('a date that lacks its time, day, month or year is none', () => {
  for (const text of ['', 'never', '21 Oct 2037', 'Oct 2037 07:28:09', '21 2037 07:28:09', '21 Oct 07:28:09'])
    assert.equal(read(text), null, text)
})

test('years of two digits are of 1970 to 2069', () => {
  for (const [written, year] of Object.entries({ 69: 2069, '00': 2000, 70: 1970, 99: 1999, 1601: 1601, 2100: 2100 }))
    assert.equal(read(`01 Jan ${written} 00:00:00`), `${year}-01-01T00:00:00.000Z`)
  for (const year of ['100', '1600']) assert.equal(read(`01 Jan ${year} 00:00:00`), null, year)
})

test('days and times that do not exist are none', () => {
  assert.equal(read('31 Dec 2037 23:59:59'), '2037-12-31T23:59:59.000Z')
  for (const text of [
    ...['0 Jan 2037 00:00:00', '32 Jan 2037 00:00:00', '31 Apr 2037 00:00:00', '29 Feb 2037 00:00:00'],
    ...['01 Jan 2037 24:00:00', '01 Jan 2037 00:60:00', '01 Jan 2037 00:00:60', '01 Jan 2037 00:00'],
  ])
    assert.equal(read(text), null, text)
})
