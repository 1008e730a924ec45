// A keyed renderer in a page: elements are described, compared with what is there, and only what differs is touched,
// so that focus, selection and scrolling stay where they are.

type Handler = (event: never) => void;
export type Props = Readonly<
  Record<string, string | number | boolean | null | undefined | Handler | readonly unknown[]>
>;
export interface VNode {
  readonly tag: string;
  readonly props: Props;
  readonly children: readonly Child[];
}
export type Child = VNode | string;
export type Children = Child | null | undefined | false | readonly Children[];

/** Describes an element. Beside attributes: `key`, event handlers such as `onclick`, and `onmount`. */
export function h(tag: string, props: Props | null, ...children: readonly Children[]): VNode {
  return { tag, props: props ?? {}, children: flat(children) };
}

function flat(children: readonly Children[]): Child[] {
  const out: Child[] = [];
  for (const child of children) {
    if (child === null || child === undefined || child === false || child === '') continue;
    if (isList(child)) out.push(...flat(child));
    else out.push(child);
  }
  return out;
}

const isList = (child: Children): child is readonly Children[] => Array.isArray(child);

const known = new WeakMap<Node, Props>();
const SVG = 'http://www.w3.org/2000/svg';
/** State of an element that its attribute only begins. */
const LIVE = new Set([
  'value',
  'checked',
  'selected',
  'disabled',
  'inert',
  'hidden',
  'open',
  'indeterminate',
]);

/** Makes the element's content be what is described. */
export function render(parent: Element, ...children: readonly Children[]): void {
  patchChildren(parent, flat(children));
}

function keyOf(props: Props | undefined): string | undefined {
  return props?.key === undefined ? undefined : String(props.key);
}

function patchChildren(parent: Node, next: readonly Child[]): void {
  const keyed = new Map<string, Node>();
  const rest: Node[] = [];
  for (const node of parent.childNodes) {
    const key = keyOf(known.get(node));
    if (key === undefined) rest.push(node);
    else keyed.set(key, node);
  }
  const used = new Set<Node>();
  const nodes = next.map((child) => {
    const found = match(child, keyed, rest, used);
    if (found) used.add(found);
    return found;
  });
  for (const node of [...parent.childNodes]) if (!used.has(node)) parent.removeChild(node);
  next.forEach((child, i) => {
    const node = nodes[i] ?? create(child, parent);
    if (parent.childNodes[i] !== node) parent.insertBefore(node, parent.childNodes[i] ?? null);
    if (typeof child === 'string') {
      if (node.nodeValue !== child) node.nodeValue = child;
      return;
    }
    patchElement(node as Element, child, nodes[i] === undefined);
  });
}

function match(
  child: Child,
  keyed: Map<string, Node>,
  rest: readonly Node[],
  used: Set<Node>,
): Node | undefined {
  if (typeof child === 'string') {
    return rest.find((node) => !used.has(node) && node.nodeType === Node.TEXT_NODE);
  }
  const sameTag = (node: Node) => node.nodeName.toLowerCase() === child.tag;
  const key = keyOf(child.props);
  if (key !== undefined) {
    const node = keyed.get(key);
    return node && sameTag(node) && !used.has(node) ? node : undefined;
  }
  // Siblings that come and go are told apart by their first class.
  const kind = kindOf(child.props);
  return rest.find((node) => !used.has(node) && sameTag(node) && kindOf(known.get(node)) === kind);
}

function kindOf(props: Props | undefined): string | undefined {
  return typeof props?.class === 'string' ? props.class.split(' ', 1)[0] : undefined;
}

function create(child: Child, parent: Node): Node {
  if (typeof child === 'string') return document.createTextNode(child);
  const inSvg = child.tag === 'svg' || (parent instanceof SVGElement && child.tag !== 'foreignObject');
  return inSvg ? document.createElementNS(SVG, child.tag) : document.createElement(child.tag);
}

function patchElement(element: Element, { props, children }: VNode, isNew: boolean): void {
  const before = known.get(element) ?? {};
  known.set(element, props);
  for (const name of Object.keys(before)) if (!(name in props)) setProp(element, name, undefined);
  for (const [name, value] of Object.entries(props)) {
    if (value !== before[name] && name !== 'value') setProp(element, name, value);
  }
  patchChildren(element, children);
  // After the children: a menu's value needs its options.
  if ('value' in props) setProp(element, 'value', props.value);
  if (isNew && typeof props.onmount === 'function') {
    const mounted = props.onmount as (element: Element) => void;
    queueMicrotask(() => mounted(element));
  }
}

function setProp(element: Element, name: string, value: Props[string]): void {
  if (name === 'key' || name === 'onmount') return;
  if (name.startsWith('on')) {
    Reflect.set(element, name, typeof value === 'function' ? value : null);
    return;
  }
  if (LIVE.has(name) && name in element) {
    const wanted = name === 'value' ? (value ?? '') : value === true;
    if (Reflect.get(element, name) !== wanted) Reflect.set(element, name, wanted);
    return;
  }
  if (value === undefined || value === null || value === false) element.removeAttribute(name);
  else element.setAttribute(name, value === true ? '' : String(value));
}
