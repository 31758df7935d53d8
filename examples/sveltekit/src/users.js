import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'

// Stands for your table of users. In a real one use argon2id, as hallpass-server does.
const derive = promisify(scrypt)
const ids = new Map()
const users = new Map()

export async function addUser(id, email, password) {
  const salt = randomBytes(16)
  ids.set(email, id)
  users.set(id, { id, email, salt, hash: await derive(password, salt, 32) })
}

/** The id alone; for a stranger one that nobody has, so that both are treated alike. */
export function idOf(email) {
  return ids.get(email) ?? 'nobody'
}

/** Reads the user at the moment of the check, and takes as long for one who does not exist. */
export async function checkPassword(id, password) {
  const user = users.get(id) ?? { salt: 'nobody', hash: Buffer.alloc(32) }
  const hash = await derive(password, user.salt, 32)
  return users.has(id) && timingSafeEqual(hash, user.hash)
}
