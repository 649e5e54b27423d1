// What config.js looks like. The deploy writes that file; this one is for a look at the pages without a deploy.
window.CONFIG = {
  region: 'eu-west-1',
  identityPoolId: 'eu-west-1:00000000-0000-0000-0000-000000000000',
  functions: {
    createUser: 'lambda-auth-dev-create-user',
    verifyUser: 'lambda-auth-dev-verify-user',
    login: 'lambda-auth-dev-login',
    changePassword: 'lambda-auth-dev-change-password',
    lostPassword: 'lambda-auth-dev-lost-password',
    resetPassword: 'lambda-auth-dev-reset-password',
  },
  // endpoint: 'http://127.0.0.1:5000', // of an emulator, in place of AWS
  // lambdaEndpoint: 'http://127.0.0.1:3000', // of `gatewright dev`, in place of the emulator's
};
