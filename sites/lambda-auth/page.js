// What the pages have in common.

const status = document.getElementById('status');

/** Says something to the user: how a step went. */
export function say(text, kind = 'error') {
  status.textContent = text;
  status.className = kind;
}

/** Runs `work` and says what went wrong. */
export async function run(work) {
  say('');
  try {
    await work();
  } catch (error) {
    say(error.message);
  }
}

/** Calls `work` with the fields of the page's form whenever it is sent, and once at a time. */
export function onSubmit(work) {
  const form = document.querySelector('form');
  const button = form.querySelector('button');
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const fields = Object.fromEntries(new FormData(form));
    if ('repeated' in fields && fields.repeated !== fields.newPassword && fields.repeated !== fields.password) {
      say('The two passwords differ.');
      form.elements.repeated.focus();
      return;
    }
    delete fields.repeated;
    button.disabled = true;
    await run(() => work(fields));
    button.disabled = false;
  });
}

/** The form is done with: what it led to stands in its place. */
export function finish(text) {
  document.querySelector('form')?.remove();
  say(text, 'done');
}

/** What the link of a mail carries. It is taken out of the address bar, and so out of the browser's history. */
export function linkFields() {
  const fields = Object.fromEntries(new URLSearchParams(location.search));
  history.replaceState(null, '', location.pathname);
  return fields;
}
