import { current, end } from './session.js';

function show() {
  const session = current();
  for (const item of document.querySelectorAll('[data-when]')) {
    item.hidden = (item.dataset.when === 'in') !== (session !== undefined);
  }
  document.getElementById('who').textContent = session ? `You are ${session.email}.` : 'You are not logged in.';
}

document.getElementById('log-out').addEventListener('click', () => {
  end();
  show();
});

show();
