import { http } from '@google-cloud/functions-framework';

// The least that a function can be: what a cold start is measured against.
http('hello', (_request, response) => {
  response.send('Hello, world');
});
