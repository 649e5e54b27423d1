// What config.js looks like. The deploy writes that file; this one is for a look at the page without a deploy.
window.CONFIG = {
  apiUrl: 'http://127.0.0.1:3000/dev',
};
