/** Pieces of JSON schemas that allow no unknown field. */

export const text = { type: 'string' } as const;
export const number = { type: 'integer' } as const;
export const flag = { type: 'boolean' } as const;

export function shape(properties: Readonly<Record<string, object>>, optional: readonly string[] = []) {
  const required = Object.keys(properties).filter((name) => !optional.includes(name));
  return { type: 'object', properties, required, additionalProperties: false };
}

export function list(items: object) {
  return { type: 'array', items };
}

export const complaint = shape({ where: text, object: text, message: text });
