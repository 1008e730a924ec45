import { isObject, type JsonObject, objectsOf, stringOf, textOf } from './json.ts';

/** An interactive element and the block that holds it. */
export type PlacedElement = { block: JsonObject; blockId: string; actionId: string; element: JsonObject };

/** All interactive elements of the blocks, in reading order. */
export function elementsOf(blocks: readonly JsonObject[]): PlacedElement[] {
  return blocks.flatMap((block) => {
    const inside = [block.accessory, block.element].filter(isObject);
    if (block.type === 'actions') inside.push(...objectsOf(block.elements));
    if (block.type === 'card') inside.push(...objectsOf(block.actions));
    return inside
      .filter((element) => element.type !== 'image')
      .map((element) => ({
        block,
        blockId: stringOf(block.block_id) ?? '',
        actionId: stringOf(element.action_id) ?? '',
        element,
      }));
  });
}

/** The text that a person reads on an element: a button's text, an input's label, a menu's placeholder. */
export function labelOf(placed: PlacedElement): string {
  const { block, element } = placed;
  return textOf(element.text) || textOf(block.label) || textOf(element.placeholder);
}

/** The elements with this label, compared as people read: without regard to case and outer space. */
export function matchLabel(blocks: readonly JsonObject[], label: string): PlacedElement[] {
  const wanted = label.trim().toLowerCase();
  return elementsOf(blocks).filter((placed) => labelOf(placed).trim().toLowerCase() === wanted);
}

/** The one element with this action id or label; `value` tells apart several that share it. */
export function findElement(
  blocks: readonly JsonObject[],
  actionIdOrLabel: string,
  value?: string,
): PlacedElement | undefined {
  const byId = elementsOf(blocks).filter((placed) => placed.actionId === actionIdOrLabel);
  const found = byId.length > 0 ? byId : matchLabel(blocks, actionIdOrLabel);
  return value === undefined
    ? found[0]
    : (found.find((placed) => placed.element.value === value) ?? found[0]);
}

/** The options of a menu, those inside groups included. */
export function optionsOf(element: JsonObject): JsonObject[] {
  return [
    ...objectsOf(element.options),
    ...objectsOf(element.option_groups).flatMap((group) => objectsOf(group.options)),
  ];
}
