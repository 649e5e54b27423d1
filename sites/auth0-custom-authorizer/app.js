import { call, routes } from './api.js';
import { finishSignIn, signIn, signOut } from './oidc.js';
import { current } from './session.js';

const $ = (id) => document.getElementById(id);
const say = (text) => { $('status').textContent = text; };

function element(name, className, ...content) {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.append(...content);
  return made;
}

function showSession() {
  const claims = current()?.claims;
  $('sign-in').hidden = claims !== undefined;
  $('sign-out').hidden = claims === undefined;
  $('who').textContent = claims ? `Signed in as ${claims.sub}` : 'Not signed in';
}

/** Runs `work`, says what went wrong, and shows who is signed in afterwards. */
async function run(work) {
  say('');
  try {
    await work();
  } catch (error) {
    say(error.message);
  }
  showSession();
}

/** What a call was answered: the status, and in words who the API says you are, or why it does not. */
function shown({ status, caller, why }) {
  const badge = element('span', caller ? 'badge' : 'badge refusal', String(status));
  if (!caller) return [badge, element('p', '', why)];
  const facts = [
    ['Principal', caller.principal],
    ['Scopes', caller.scopes.join(' ') || 'none'],
    ...(caller.tokenFrom ? [['Token from', caller.tokenFrom]] : []),
  ];
  const list = element('dl', '', ...facts.flatMap(([name, value]) => [element('dt', '', name), element('dd', '', value)]));
  return [badge, list];
}

function row(route) {
  const { path, authorizer, tokenIn, way } = route;
  const name = element('h3', '', element('code', '', `GET ${path}`));
  const about = element('p', 'about', `${authorizer} authorizer, token in the ${tokenIn};`, element('br'), way);
  const result = element('div', 'result');
  result.setAttribute('role', 'status');
  const button = element('button', 'quiet', 'Call');
  button.type = 'button';
  button.setAttribute('aria-label', `Call ${path}`);
  button.addEventListener('click', () =>
    run(async () => {
      result.replaceChildren();
      result.replaceChildren(...shown(await call(route)));
    }),
  );
  const made = element('li', '', element('div', 'route', name, about), button, result);
  made.id = path.slice(1).replaceAll('/', '-');
  return made;
}

$('routes').append(...routes.map(row));
$('sign-in').addEventListener('click', () => run(signIn));
$('sign-out').addEventListener('click', () => {
  for (const result of document.querySelectorAll('.result')) result.replaceChildren();
  run(signOut);
});

run(finishSignIn);
