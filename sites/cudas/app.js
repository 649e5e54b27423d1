import { logIn, messages, post, signUp } from './api.js';
import { begin, current, end } from './session.js';

const $ = (id) => document.getElementById(id);
const say = (text) => { $('status').textContent = text; };

function showSession() {
  const session = current();
  $('who').hidden = session === undefined;
  $('message').hidden = session === undefined;
  $('account').hidden = session !== undefined;
  $('name').textContent = session?.username ?? '';
}

function item({ username, text, posted }) {
  const time = document.createElement('time');
  time.dateTime = new Date(posted).toISOString();
  time.textContent = new Date(posted).toLocaleString();
  const author = document.createElement('strong');
  author.textContent = username;
  const head = document.createElement('p');
  head.append(author, ' ', time);
  const body = document.createElement('p');
  body.className = 'text';
  body.textContent = text;
  const made = document.createElement('li');
  made.append(head, body);
  return made;
}

async function showMessages() {
  $('messages').replaceChildren(...(await messages()).map(item));
}

/** Runs `work`, says what went wrong, and shows who is logged in afterwards. */
async function run(work) {
  say('');
  try {
    await work();
  } catch (error) {
    say(error.message);
  }
  showSession();
}

$('account').addEventListener('submit', (event) => {
  event.preventDefault();
  const credentials = { username: $('username').value, password: $('password').value };
  run(async () => {
    if (event.submitter?.value === 'signup') await signUp(credentials);
    begin(await logIn(credentials));
    event.target.reset();
    showSession();
    $('text').focus();
  });
});

$('message').addEventListener('submit', (event) => {
  event.preventDefault();
  run(async () => {
    await post($('text').value);
    event.target.reset();
    await showMessages();
  });
});

$('log-out').addEventListener('click', () =>
  run(() => {
    end();
    showSession();
    $('username').focus();
  }),
);

showSession();
run(showMessages);
