import type { Plugin } from 'esbuild';

/**
 * What Bolt and its helpers load and Latchkey never uses, most of it at every start: other receivers (Express, Socket
 * Mode with a WebSocket client, AWS Lambda), installation by OAuth, and decoding of bodies in other alphabets than
 * UTF-8 (Bolt asks for the bytes).
 */
const LEFT_OUT: readonly { readonly request: RegExp; readonly importer: RegExp }[] = [
  { request: /^\.\/receivers\/(AwsLambda|Express|SocketMode)Receiver$/, importer: /@slack\/bolt\// },
  { request: /^@slack\/oauth$/, importer: /@slack\/bolt\// },
  { request: /^iconv-lite$/, importer: /raw-body\// },
];

/** Whatever is taken from it is a class and a function that throws, with the name of what is missing. */
const standIn = (name: string) => `
  module.exports = new Proxy({}, {
    get: (_, key) => key === '__esModule' ? true : function () {
      throw new Error(${JSON.stringify(`${name} is left out of this bundle`)} + ': ' + String(key));
    },
  });
`;

/** Replaces {@link LEFT_OUT} by modules that throw when used; a build fails where one of them is not found any more. */
export function leaveOut(): Plugin {
  return {
    name: 'leave-out',
    setup(build) {
      const found = new Set<RegExp>();
      for (const { request, importer } of LEFT_OUT) {
        build.onResolve({ filter: request }, ({ path, importer: from }) => {
          if (!importer.test(from)) return undefined;
          found.add(request);
          return { path, namespace: 'left-out' };
        });
      }
      build.onLoad({ filter: /.*/, namespace: 'left-out' }, ({ path }) => ({ contents: standIn(path) }));
      build.onEnd(() => {
        const missing = LEFT_OUT.filter(({ request }) => !found.has(request));
        return { errors: missing.map(({ request }) => ({ text: `nothing asks for ${request} any more` })) };
      });
    },
  };
}
