import { SignedOut, changeProfile, profile, videos } from './api.js';
import { finishSignIn, signIn, signOut } from './oidc.js';
import { current } from './session.js';

const $ = (id) => document.getElementById(id);
const say = (text) => { $('status').textContent = text; };

function element(name, text) {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}

function showSession() {
  const isSignedIn = current() !== undefined;
  $('sign-in').hidden = isSignedIn;
  $('sign-out').hidden = !isSignedIn;
  $('profile').hidden = !isSignedIn;
  if (!isSignedIn) {
    $('profile-panel').hidden = true;
    $('profile').setAttribute('aria-expanded', 'false');
  }
}

/** Runs `work`, says what went wrong, and shows who is signed in afterwards. */
async function run(work) {
  say('');
  try {
    await work();
  } catch (error) {
    say(error instanceof SignedOut ? 'Please sign in.' : error.message);
  }
  showSession();
}

const onClick = (id, work) => $(id).addEventListener('click', () => run(work));
const onSubmit = (id, work) =>
  $(id).addEventListener('submit', (event) => {
    event.preventDefault();
    run(() => work(Object.fromEntries(new FormData(event.target))));
  });

let shown = {};

/** Shows the plain fields of a profile, in place of earlier ones of that name; the rest is of no use to a person. */
function showProfile(found) {
  shown = { ...shown, ...found, ...found.user_metadata };
  const fields = Object.entries(shown)
    .filter(([name, value]) => typeof value === 'string' && !/^(user_id|userId|sub|picture|iss|aud)$/.test(name));
  const items = fields.flatMap(([name, value]) => [element('dt', name), element('dd', value)]);
  $('profile-fields').replaceChildren(...items);
}

onClick('sign-in', signIn);
onClick('sign-out', signOut);
onClick('profile', async () => {
  const found = await profile();
  shown = {};
  showProfile(found);
  $('profile-panel').hidden = false;
  $('profile').setAttribute('aria-expanded', 'true');
  $('profile-title').focus();
});
onSubmit('profile-form', async (fields) => {
  showProfile(await changeProfile(fields));
  $('profile-form').reset();
  say('Your profile is saved.');
});
onSubmit('videos-form', async ({ encoding }) => {
  const { baseUrl, bucket, urls } = await videos(encoding);
  const items = urls.map(({ Key, Size }) => {
    const link = element('a', Key);
    link.href = `${baseUrl}/${bucket}/${Key.split('/').map(encodeURIComponent).join('/')}`;
    const item = element('li', ` (${Math.max(1, Math.round(Size / 1024)).toLocaleString('en')} KiB)`);
    item.prepend(link);
    return item;
  });
  $('videos').replaceChildren(...items);
  say(items.length === 0 ? 'There are no videos.' : '');
});

run(finishSignIn);
