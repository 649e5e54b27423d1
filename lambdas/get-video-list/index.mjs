// GET /videos (custom integration): the files of a bucket, all of them or those of one encoding.
//
// Event: encoding, optional, such as "720p"; the files of an encoding lie under that prefix.
// Environment: BUCKET; AWS_ENDPOINT_URL is honoured by the SDK (another S3 is then addressed by path).
// A failure's message is a JSON object with a code, which the API's selection patterns turn into the status.

import { S3Client, paginateListObjectsV2 } from '@aws-sdk/client-s3';

const ENCODING = /^[A-Za-z0-9_-]{1,32}$/;
const MOST_FILES = 1000;

const s3 = new S3Client({ forcePathStyle: Boolean(process.env.AWS_ENDPOINT_URL_S3 ?? process.env.AWS_ENDPOINT_URL) });

function failure(code, message, encoding) {
  return new Error(JSON.stringify({ code, message, ...(encoding && { encoding }) }));
}

async function list(bucket, prefix) {
  const files = [];
  for await (const page of paginateListObjectsV2({ client: s3 }, { Bucket: bucket, Prefix: prefix })) {
    for (const { Key: filename, ETag: eTag, Size: size } of page.Contents ?? []) {
      if (filename.endsWith('/')) continue; // the placeholder that consoles make for an empty folder
      if (files.length === MOST_FILES) return files;
      files.push({ filename, eTag: eTag.replaceAll('"', ''), size });
    }
  }
  return files;
}

export async function handler(event) {
  const encoding = event.encoding || undefined;
  if (encoding !== undefined && !ENCODING.test(encoding)) {
    throw failure(400, 'encoding may hold letters, digits, - and _ only');
  }
  const bucket = process.env.BUCKET;
  try {
    return { bucket, files: await list(bucket, encoding && `${encoding}/`) };
  } catch (error) {
    const status = error.$metadata?.httpStatusCode;
    console.error(JSON.stringify({ error: error.name, status, reason: error.message }));
    if (status === 403) throw failure(403, 'The bucket may not be listed', encoding);
    throw failure(500, 'The videos could not be listed', encoding);
  }
}
