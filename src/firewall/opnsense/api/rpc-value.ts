/** A value of XML-RPC as OPNsense uses it. A struct is a Map, because the order of its members reaches config.xml. */
export type RpcValue = string | number | boolean | RpcStruct | readonly RpcValue[];
export type RpcStruct = ReadonlyMap<string, RpcValue>;

/** Whether a value is a struct. */
export function isStruct(value: RpcValue | undefined): value is RpcStruct {
  return value instanceof Map;
}

/** A struct from a plain object, for fixed names. */
export function struct(members: Readonly<Record<string, RpcValue>>): RpcStruct {
  return new Map(Object.entries(members));
}
