/** `libvirt:` in slash32.yaml. */
export const LIBVIRT_SCHEMA = {
  type: 'object',
  description:
    'Virtual machines of libvirt, from the files that it keeps (`/etc/libvirt/qemu`) or from what `virsh dumpxml` printed. Nothing is asked of libvirt itself: the service hears when one of the files changes.',
  additionalProperties: false,
  required: ['path'],
  'x-hint': 'Write for example: libvirt: { path: /etc/libvirt/qemu, complete: true }',
  properties: {
    path: {
      type: 'string',
      minLength: 1,
      'x-hint': 'Write a folder, a file, or "-" (in quotes) for standard input.',
      description:
        'A folder with one `.xml` file for each machine, as libvirt keeps them; or a file with what `virsh dumpxml` printed, one machine after the other; or `"-"` for standard input.',
    },
    complete: {
      type: 'boolean',
      default: false,
      description:
        'Whether every machine of the host stands there. Only then may a missing one lose its reservation. libvirt keeps no file of a machine that was made with `virsh create`.',
    },
  },
} as const;
