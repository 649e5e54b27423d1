import { Refused, profile } from './api.js';
import { finishSignIn, signIn, signOut } from './oidc.js';
import { current } from './session.js';

const $ = (id) => document.getElementById(id);

function say(text, isRefusal = false) {
  $('status').textContent = text;
  $('status').classList.toggle('refusal', isRefusal);
}

const timeOf = (seconds) => new Date(seconds * 1000).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });

/** Who is signed in, as the token has it. A profile is shown to nobody else. */
function showSession() {
  const claims = current()?.claims;
  $('sign-in').hidden = claims !== undefined;
  $('sign-out').hidden = claims === undefined;
  $('hint').hidden = claims !== undefined;
  $('session').hidden = claims === undefined;
  $('profile').hidden ||= claims === undefined;
  $('subject').textContent = claims?.sub ?? '';
  $('scopes').textContent = claims?.scope || 'none';
  $('until').textContent = claims ? timeOf(claims.exp) : '';
}

/** Runs `work`, says what went wrong, and shows who is signed in afterwards. */
async function run(work) {
  say('');
  try {
    await work();
  } catch (error) {
    say(error.message, error instanceof Refused);
  }
  showSession();
}

async function showProfile() {
  $('profile').hidden = true;
  const { name } = await profile();
  $('name').textContent = name;
  $('initial').textContent = [...name][0] ?? '';
  $('profile').hidden = false;
}

$('sign-in').addEventListener('click', () => run(signIn));
$('sign-out').addEventListener('click', () => run(signOut));
$('show').addEventListener('click', () => run(showProfile));

run(async () => {
  await finishSignIn();
  showSession();
  if (current()) await showProfile();
});
