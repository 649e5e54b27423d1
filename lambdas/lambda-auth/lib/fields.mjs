// The fields that callers send, checked.

import { Refusal } from './entry.mjs';

const EMAIL = /^[^\s@<>"(),:;\\[\]]+@[^\s@<>"(),:;\\[\]]+\.[^\s@<>"(),:;\\[\]]+$/;
const LONGEST_EMAIL = 254;
const SHORTEST_PASSWORD = 8;
const LONGEST_PASSWORD = 128;
const TOKEN = /^[\w-]{43}$/;

/** One address has one spelling, or a person could have several accounts and find none of them again. */
export function email(value) {
  const address = typeof value === 'string' ? value.trim().toLowerCase() : '';
  if (address.length > LONGEST_EMAIL || !EMAIL.test(address)) throw new Refusal(400, 'This is not an email address');
  return address;
}

/** A password that someone claims to have. */
export function password(value) {
  if (typeof value !== 'string' || value === '' || value.length > LONGEST_PASSWORD) {
    throw new Refusal(400, 'The password is missing or too long');
  }
  return value;
}

/** A password that someone wants to have. */
export function newPassword(value) {
  if (typeof value !== 'string' || value.length < SHORTEST_PASSWORD || value.length > LONGEST_PASSWORD) {
    throw new Refusal(400, `The password must have ${SHORTEST_PASSWORD} to ${LONGEST_PASSWORD} characters`);
  }
  return value;
}

/** A token out of a mail; undefined if it cannot be one. */
export function token(value) {
  return typeof value === 'string' && TOKEN.test(value) ? value : undefined;
}
