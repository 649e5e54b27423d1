import { onSubmit, say } from './page.js';
import { login } from './service.js';
import { begin, end } from './session.js';

onSubmit(async ({ email, password }) => {
  end();
  const answer = await login({ email, password });
  if (!answer.login) {
    say(answer.message);
    return;
  }
  begin({ email, ...answer });
  location.assign('index.html');
});
