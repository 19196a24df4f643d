import { Field, List, Struct } from 'apache-arrow';
import type { DataType } from 'apache-arrow';
import type { LeafLevels, ListLevels } from './nested-shape.ts';
import { NotPlain } from './not-plain.ts';
import { CONVERTED, REPETITION } from './parquet-footer.ts';
import type { SchemaNode } from './parquet-footer.ts';
import { plainDecoder } from './plain-values.ts';
import type { PlainDecoder } from './plain-values.ts';

/*
 * The columns of a file that are read: leaves, lists and structs that are never null, as our writer declares them.
 */

export interface LeafColumn {
  readonly kind: 'leaf';
  readonly type: DataType;
  /** Its place among all leaves of the file. */
  readonly index: number;
  readonly physical: number;
  readonly levels: LeafLevels;
  readonly decode: PlainDecoder['decode'];
}

export interface ListColumn {
  readonly kind: 'list';
  readonly type: List;
  readonly element: TreeColumn;
}

export interface StructColumn {
  readonly kind: 'struct';
  readonly type: Struct;
  readonly members: readonly TreeColumn[];
}

export type TreeColumn = LeafColumn | ListColumn | StructColumn;

/** What is around a field: names with their dots, the highest definition level, and the lists. */
interface Place {
  readonly path: string;
  readonly level: number;
  readonly lists: readonly ListLevels[];
}

/**
 * The rows of a schema, as far as `wants` takes their columns by the names of their leaves:
 * `samples.list.element.x.list.element`. Throws NotPlain for what our writer does not make, and when nothing is wanted.
 */
export function columnTree(root: SchemaNode, wants: (leaf: string) => boolean): StructColumn {
  let leaves = 0;

  function column(node: SchemaNode, place: Place): TreeColumn | undefined {
    if (node.physical !== undefined) return leaf(node, node.physical, place);
    if (node.converted === CONVERTED.list) return list(node, place);
    if (node.converted !== undefined || canBeNull(node)) {
      throw new NotPlain('a group that is no list');
    }
    return struct(node, { ...place, path: `${place.path}${node.name}.` });
  }

  function struct({ children }: SchemaNode, place: Place): StructColumn | undefined {
    const members: TreeColumn[] = [];
    const fields: Field[] = [];
    for (const child of children) {
      const member = column(child, place);
      if (member === undefined) continue;
      members.push(member);
      fields.push(fieldOf(child, member));
    }
    if (members.length === 0) return undefined;
    return { kind: 'struct', type: new Struct(fields), members };
  }

  function leaf(node: SchemaNode, physical: number, place: Place): LeafColumn | undefined {
    const index = leaves++;
    if (!wants(place.path + node.name)) return undefined;
    const levels = { lists: place.lists, present: place.level + Number(canBeNull(node)) };
    return { kind: 'leaf', index, physical, levels, ...plainDecoder(node) };
  }

  function list(node: SchemaNode, place: Place): ListColumn | undefined {
    const inner = elementOf(node);
    const present = place.level + Number(canBeNull(node));
    const element = column(inner, {
      path: `${place.path}${node.name}.list.`,
      level: present + 1,
      lists: [...place.lists, { present, member: present + 1 }],
    });
    return element && { kind: 'list', type: new List(fieldOf(inner, element)), element };
  }

  const rows = struct(root, { path: '', level: 0, lists: [] });
  if (rows === undefined) throw new NotPlain('no column that is wanted');
  return rows;
}

/** What a list has in it, in the form of three levels (parquet-format, LogicalTypes.md, Lists). */
function elementOf({ children: [repeated, ...others] }: SchemaNode): SchemaNode {
  const isKnown =
    repeated?.repetition === REPETITION.repeated && repeated.name === 'list' && others.length === 0;
  const [element, ...more] = isKnown ? repeated.children : [];
  if (element === undefined || more.length > 0) throw new NotPlain('a list of another form');
  return element;
}

function fieldOf(node: SchemaNode, { type }: TreeColumn): Field {
  return new Field(node.name, type, canBeNull(node));
}

function canBeNull({ repetition }: SchemaNode): boolean {
  if (repetition !== REPETITION.required && repetition !== REPETITION.optional) {
    throw new NotPlain('a field repeated by itself');
  }
  return repetition === REPETITION.optional;
}
