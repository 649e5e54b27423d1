// What config.js looks like. The deploy writes that file; this one is for a look at the page without a deploy.
window.CONFIG = {
  apiUrl: 'http://127.0.0.1:3000/dev',
  auth0Domain: 'example.eu.auth0.com', // or an origin, such as http://127.0.0.1:8080
  auth0ClientId: 'the id of the page, a single-page application, at the provider',
  audience: 'https://api.example', // the API, as the provider knows it
};
