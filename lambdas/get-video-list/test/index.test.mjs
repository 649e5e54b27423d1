import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';

const KEYS = ['1080p/a.mp4', '720p/', '720p/a.mp4', '720p/b & c.mp4'];
let store;
let handler;
const seen = [];

const escape = (text) => text.replaceAll('&', '&amp;');

/** The one call of S3's protocol that the function makes, in pages of two, for one bucket that exists. */
function answer(url) {
  const bucket = url.pathname.split('/')[1];
  if (bucket === 'secret') return [403, '<Error><Code>AccessDenied</Code><Message>no</Message></Error>'];
  if (bucket !== 'videos') return [404, '<Error><Code>NoSuchBucket</Code><Message>no</Message></Error>'];
  const matching = KEYS.filter((key) => key.startsWith(url.searchParams.get('prefix') ?? ''));
  const from = Number(url.searchParams.get('continuation-token') ?? 0);
  const contents = matching
    .slice(from, from + 2)
    .map((key) => `<Contents><Key>${escape(key)}</Key><ETag>"e${key.length}"</ETag><Size>${key.length}</Size></Contents>`);
  const more = from + 2 < matching.length;
  const next = more ? `<NextContinuationToken>${from + 2}</NextContinuationToken>` : '';
  return [200, `<ListBucketResult><IsTruncated>${more}</IsTruncated>${next}${contents.join('')}</ListBucketResult>`];
}

before(async () => {
  store = createServer((request, response) => {
    const url = new URL(request.url, 'http://s3');
    seen.push(url.pathname);
    const [status, body] = answer(url);
    response.writeHead(status, { 'Content-Type': 'application/xml' });
    response.end(`<?xml version="1.0" encoding="UTF-8"?>${body}`);
  });
  await new Promise((listening) => store.listen(0, '127.0.0.1', listening));
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: `http://127.0.0.1:${store.address().port}`,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_MAX_ATTEMPTS: '1',
  });
  ({ handler } = await import('../index.mjs'));
});

after(() => store.close());

const failure = async (event) => {
  const error = await handler(event).then(() => assert.fail('it did not fail'), (reason) => reason);
  return JSON.parse(error.message);
};

test('all files are listed, over several pages, without folder placeholders', async () => {
  process.env.BUCKET = 'videos';
  const { bucket, files } = await handler({ encoding: '' });
  assert.equal(bucket, 'videos');
  assert.deepEqual(files.map((file) => file.filename), ['1080p/a.mp4', '720p/a.mp4', '720p/b & c.mp4']);
  assert.deepEqual(files[0], { filename: '1080p/a.mp4', eTag: 'e11', size: 11 });
  assert.ok(seen.every((path) => path.startsWith('/videos')), 'another endpoint is addressed by path');
});

test('an encoding is a prefix', async () => {
  process.env.BUCKET = 'videos';
  const { files } = await handler({ encoding: '720p' });
  assert.deepEqual(files.map((file) => file.filename), ['720p/a.mp4', '720p/b & c.mp4']);
  assert.deepEqual((await handler({ encoding: '8k' })).files, []);
});

test('failures carry a code that selection patterns can find', async () => {
  process.env.BUCKET = 'videos';
  const bad = await handler({ encoding: '../x' }).catch((error) => error.message);
  assert.match(bad, /.*"code":400.*/);
  process.env.BUCKET = 'secret';
  assert.equal((await failure({ encoding: '720p' })).code, 403);
  process.env.BUCKET = 'missing';
  assert.deepEqual(await failure({}), { code: 500, message: 'The videos could not be listed' });
});
