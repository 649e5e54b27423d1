// Password hashes and tokens for mails.

import { createHash, randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

const derive = promisify(scrypt);

// Kept with each hash, so that a later increase leaves the older accounts usable. It takes 32 MiB and about 0.1 s.
const COST = { N: 2 ** 15, r: 8, p: 1 };
const MOST_MEMORY = 64 * 1024 * 1024;
const HASH_BYTES = 64;

// Checked in place of an account that does not exist, so that the time taken does not tell which ones do.
const NOBODY = { salt: Buffer.alloc(16), hash: Buffer.alloc(HASH_BYTES), cost: COST };

/** What to store for a password: a salt of its own, the hash and what the hash was made with. */
export async function hashed(password) {
  const salt = randomBytes(16);
  return { salt, hash: await derive(password, salt, HASH_BYTES, { ...COST, maxmem: MOST_MEMORY }), cost: COST };
}

/** Whether it is the password of the account, which may be undefined. */
export async function matches(account, password) {
  const { salt, hash, cost } = account ?? NOBODY;
  const given = await derive(password, salt, HASH_BYTES, { ...cost, maxmem: MOST_MEMORY });
  return timingSafeEqual(given, hash) && account !== undefined;
}

/** A random token. The mail carries the token, the table its digest: who reads the table can use neither. */
export function newToken() {
  const token = randomBytes(32).toString('base64url');
  return { token, digest: digestOf(token) };
}

/** A random token needs no slow hash. */
export function digestOf(token) {
  return createHash('sha256').update(token).digest('base64url');
}
