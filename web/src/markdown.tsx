/* Draws a Markdown tree. Only tags of the list are drawn; a link leads to the web or to mail, or it is text. */
import { createElement, Fragment, type ComponentChild, type VNode } from 'preact';
import type { Nodes, Node } from './types';

const TAGS = new Set(['p', 'ul', 'ol', 'li', 'code', 'pre', 'strong', 'em', 's', 'table', 'tr', 'th', 'td']);

/* The address if a link may lead there, else null. Relative addresses are refused too: packs know nothing of our pages. */
export function safeHref(href: string | undefined): string | null {
  if (!href) return null;
  try {
    const { protocol, href: normal } = new URL(href);
    return protocol === 'http:' || protocol === 'https:' || protocol === 'mailto:' ? normal : null;
  } catch {
    return null;
  }
}

function draw(node: Node): ComponentChild {
  if (typeof node === 'string') return node;
  const children = (node.c ?? []).map(draw);
  switch (node.t) {
    case 'br':
      return createElement('br', null);
    case 'h': /* pages own the order of headings, so a heading inside a text is drawn as strong words */
      return createElement('p', null, createElement('strong', null, ...children));
    case 'quote':
      return createElement('blockquote', null, ...children);
    case 'table':
      return createElement('div', { class: 'scroll', tabIndex: 0, role: 'group' }, createElement('table', null, createElement('tbody', null, ...children)));
    case 'a': {
      const href = safeHref(node.href);
      if (!href) return createElement(Fragment, null, ...children);
      return createElement('a', { href, rel: 'noopener noreferrer', target: '_blank' }, ...children);
    }
    default:
      return TAGS.has(node.t) ? createElement(node.t, null, ...children) : createElement(Fragment, null, ...children);
  }
}

export function Markdown({ nodes }: { nodes: Nodes | undefined }): VNode | null {
  return nodes?.length ? <div class="markdown">{nodes.map(draw)}</div> : null;
}

/* Inside a sentence or a label, where a paragraph would not be allowed. */
export function InlineMarkdown({ nodes }: { nodes: Nodes | undefined }): VNode {
  const inline = (nodes ?? []).flatMap((node) => (typeof node !== 'string' && node.t === 'p' ? (node.c ?? []) : [node]));
  return <>{inline.map(draw)}</>;
}

export function plainText(nodes: Nodes | undefined): string {
  const walk = (node: Node): string => (typeof node === 'string' ? node : node.t === 'br' ? ' ' : (node.c ?? []).map(walk).join('') + (node.t === 'p' || node.t === 'li' ? ' ' : ''));
  return (nodes ?? []).map(walk).join('').replace(/\s+/g, ' ').trim();
}
