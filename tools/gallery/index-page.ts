/** One surface as one person sees it, wide and as on a phone. */
export interface Picture {
  readonly caption: string;
  readonly file: string;
}

export interface AlbumScene {
  readonly part: string;
  readonly name: string;
  readonly pictures: readonly Picture[];
}

const STYLE = `
  body { margin: 0; background: #f4f3f6; color: #1d1c1d; font: 15px system-ui; }
  main { max-width: 1000px; margin: auto; padding: 16px 16px 60px; }
  h1 { font-size: 22px; }
  h2 { margin: 40px 0 4px; }
  h3 { margin: 30px 0 8px; scroll-margin-top: 8px; }
  nav { columns: 220px; }
  nav h2 { margin: 12px 0 2px; font-size: 15px; }
  nav a { display: block; color: #0b5f9e; }
  figure { margin: 0 0 18px; }
  figcaption { margin-bottom: 6px; color: #616061; }
  img { max-width: 100%; height: auto; }
`;

/** The page that shows all pictures, each with what a narrower screen makes of it beside it. */
export function indexPage(album: readonly AlbumScene[]): string {
  const parts = [...Map.groupBy(album, ({ part }) => part)];
  const links = parts.map(
    ([part, scenes]) =>
      `<h2>${text(part)}</h2>${scenes.map(({ name }) => `<a href="#${idOf(name)}">${text(name)}</a>`).join('')}`,
  );
  const sections = parts.map(
    ([part, scenes]) => `<section><h2>${text(part)}</h2>${scenes.map(sceneOf).join('\n')}</section>`,
  );
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Latchkey: every message and form</title>
<style>${STYLE}</style>
<main>
<h1>Latchkey: every message and form</h1>
<nav aria-label="Scenes">${links.join('\n')}</nav>
${sections.join('\n')}
</main>
</html>
`;
}

function sceneOf({ name, pictures }: AlbumScene): string {
  const figures = pictures.map(
    ({ caption, file }) =>
      `<figure><figcaption>${text(caption)}</figcaption><img src="${file}" alt="${text(`${name}: ${caption}`)}" loading="lazy"></figure>`,
  );
  const missing = pictures.length === 0 ? '<p>No pictures: see what the command said.</p>' : '';
  return `<h3 id="${idOf(name)}">${text(name)}</h3>${missing}${figures.join('')}`;
}

const idOf = (name: string) => name.replaceAll(/[^\w]+/g, '-').toLowerCase();

const text = (words: string) =>
  words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
