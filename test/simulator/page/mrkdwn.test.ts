import { describe, expect, test } from 'vitest';
import type { Child } from '../../../simulator/page/client/dom.ts';
import { mrkdwn, type Names } from '../../../simulator/page/client/mrkdwn.ts';
import { richText } from '../../../simulator/page/client/rich-text.ts';

const names: Names = {
  me: 'U0ADA',
  reader: { tz: 'Europe/London', nowMs: Date.parse('2026-03-02T09:00:00Z') },
  user: (id) => ({ U0ADA: 'Ada', U0GRACE: 'Grace' })[id] ?? id,
  usergroup: () => 'leads',
  channel: () => 'access',
  openLink: () => {},
};

/** Elements as HTML in short: what matters here is what is nested in what. */
function html(children: readonly Child[]): string {
  return children
    .map((child) => {
      if (typeof child === 'string') return child.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
      const marks = ['class', 'href']
        .filter((name) => child.props[name] !== undefined)
        .map((name) => ` ${name}=${child.props[name]}`)
        .join('');
      return `<${child.tag}${marks}>${html(child.children)}</${child.tag}>`;
    })
    .join('');
}

describe('mrkdwn', () => {
  test.each([
    ['*bold* and _italic_ and ~gone~', '<strong>bold</strong> and <em>italic</em> and <s>gone</s>'],
    ['_*both*_', '<em><strong>both</strong></em>'],
    ['2*3*4 snake_case_name a ~ b', '2*3*4 snake_case_name a ~ b'],
    ['*:warning: stop.*', '<strong><span class=emoji>⚠️</span> stop.</strong>'],
    ['* not bold *', '* not bold *'],
    ['`a *b* <c>`', '<code>a *b* &lt;c></code>'],
    ['```\nx < *y*\n```', '<pre class=code-block>x &lt; *y*</pre>'],
    ['>quoted *so*\nnot', '<blockquote>quoted <strong>so</strong></blockquote>not'],
    ['&gt;quoted too', '<blockquote>quoted too</blockquote>'],
    ['a\nb', 'a<br></br>b'],
    [
      '<@U0ADA> asks <@U0GRACE>',
      '<span class=mention mention-me>@Ada</span> asks <span class=mention>@Grace</span>',
    ],
    [
      '<!subteam^S0LEADS> in <#C0ACCESS>',
      '<span class=mention>@leads</span> in <span class=mention>#access</span>',
    ],
    ['<!channel>', '<span class=mention mention-me>@channel</span>'],
    ['<https://x.example/a?b=1&amp;c=2|the page>', '<a href=https://x.example/a?b=1&c=2>the page</a>'],
    ['see https://x.example/a.', 'see <a href=https://x.example/a>https://x.example/a</a>.'],
    ['<javascript:alert(1)|click>', 'click'],
    ['&lt;!channel&gt; &amp; &lt;b&gt;', '&lt;!channel> &amp; &lt;b>'],
    [':no_such_thing: 10:30:00', ':no_such_thing: 10:30:00'],
    ['*<@U0GRACE>*', '<strong><span class=mention>@Grace</span></strong>'],
    ['<!date^1772443800^{date_short_pretty} at {time}|fallback>', '<time>today at 9:30 AM</time>'],
    ['<!date^1772443800^{nonsense}|fallback>', '<time>fallback</time>'],
  ])('%s', (text, expected) => {
    expect(html(mrkdwn(text, names))).toBe(expected);
  });

  test('cannot be made to be HTML', () => {
    const hostile = '<script>alert(1)</script><img src=x onerror=alert(1)>';
    const tags = JSON.stringify(mrkdwn(hostile, names)).match(/"tag":"\w+"/g) ?? [];
    expect(new Set(tags)).toEqual(new Set(tags.filter((tag) => tag === '"tag":"a"')));
  });
});

describe('rich text', () => {
  test('sections, lists, quotes and what stands in them', () => {
    const block = {
      type: 'rich_text',
      elements: [
        {
          type: 'rich_text_section',
          elements: [
            { type: 'text', text: 'Hello ', style: { bold: true } },
            { type: 'user', user_id: 'U0GRACE' },
            { type: 'emoji', name: 'tada' },
          ],
        },
        {
          type: 'rich_text_list',
          style: 'ordered',
          elements: [
            { type: 'rich_text_section', elements: [{ type: 'text', text: 'one', style: { code: true } }] },
          ],
        },
        { type: 'rich_text_quote', elements: [{ type: 'link', url: 'https://x.example', text: 'there' }] },
      ],
    };
    expect(html(richText(block, names))).toBe(
      '<div class=rich-section><strong>Hello </strong><span class=mention>@Grace</span><span class=emoji>🎉</span></div>' +
        '<ol class=rich-list indent-0><li><code>one</code></li></ol>' +
        '<blockquote><a href=https://x.example>there</a></blockquote>',
    );
  });
});
