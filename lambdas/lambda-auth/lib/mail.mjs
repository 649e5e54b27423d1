// Mails with a link to a page of the site.
//
// Environment: SENDER, an address that SES has verified; SITE_URL, where the site's pages are.

import { SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2';

const ses = new SESv2Client({});

/** The address of a page; what is in `query` is escaped. */
export function link(page, query) {
  const site = process.env.SITE_URL;
  const url = new URL(page, site.endsWith('/') ? site : `${site}/`);
  url.search = new URLSearchParams(query);
  return url.href;
}

/** Sends a text, one paragraph for each line. */
export async function send(to, subject, lines) {
  const data = (text) => ({ Data: text, Charset: 'UTF-8' });
  await ses.send(
    new SendEmailCommand({
      FromEmailAddress: process.env.SENDER,
      Destination: { ToAddresses: [to] },
      Content: { Simple: { Subject: data(subject), Body: { Text: data(`${lines.join('\n\n')}\n`) } } },
    }),
  );
}
