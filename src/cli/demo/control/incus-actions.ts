import { isHostLabel } from '../../../model/hostname.js';
import { launch, moveToProject, remove, rename, setConfig, setDevice } from '../../../sim/incus/operations.js';
import type { DemoWorld } from '../world.js';
import { type Action, type Choice, type Field, plainChoices } from './action.js';

const INSTANCE: Field = { name: 'instance', label: 'instance', choices: instanceChoices };
const PROJECT: Field = {
  name: 'project',
  label: 'project',
  choices: ({ incus }) => plainChoices([...incus.state.projects.keys()]),
};
const NETWORK: Field = {
  name: 'network',
  label: 'network',
  choices: ({ incus }) => plainChoices(incus.state.networks.filter((one) => one.managed).map((one) => one.name)),
};

/** What people do with Incus: each is one command of `incus` in real life. */
export const INCUS_ACTIONS: readonly Action[] = [
  {
    id: 'launch',
    title: 'Launch an instance',
    fields: [{ name: 'name', label: 'name', example: 'cart' }, PROJECT, NETWORK],
    run: ({ incus }, { name = '', project = '', network = '' }) => {
      assertName(name);
      launch(incus.state, { name, project, profiles: [`isolated-${network}`] });
      return `${project}/${name} was launched on ${network}.`;
    },
  },
  {
    id: 'rename',
    title: 'Rename an instance',
    fields: [INSTANCE, { name: 'name', label: 'new name', example: 'cloud' }],
    run: ({ incus }, { instance = '', name = '' }) => {
      assertName(name);
      const [project, old] = split(instance);
      rename(incus.state, project, old, name);
      return `${instance} is called ${project}/${name} now.`;
    },
  },
  {
    id: 'move',
    title: 'Move an instance to another project',
    fields: [INSTANCE, PROJECT],
    run: ({ incus }, { instance = '', project = '' }) => {
      moveToProject(incus.state, ...split(instance), project);
      return `${instance} belongs to the project ${project} now.`;
    },
  },
  {
    id: 'rewire',
    title: 'Plug an instance into another network',
    about: 'Its NIC eth0 keeps its MAC address.',
    fields: [INSTANCE, NETWORK],
    run: ({ incus }, { instance = '', network = '' }) => {
      const settings = { type: 'nic', network, 'security.port_isolation': 'true' };
      setDevice(incus.state, ...split(instance), 'eth0', settings);
      return `${instance}/eth0 is on ${network} now.`;
    },
  },
  {
    id: 'key',
    title: 'Set a key of an instance',
    about:
      'user.slash32.tags for the policy, user.slash32.ipv4 for an address of its own; an empty value takes it away.',
    fields: [
      INSTANCE,
      { name: 'key', label: 'key', example: 'user.slash32.tags' },
      { name: 'value', label: 'value', example: 'web', isOptional: true },
    ],
    run: ({ incus }, { instance = '', key = '', value = '' }) => {
      if (!/^user\.[\w.-]{1,60}$/.test(key)) throw new Error('The key begins with "user.".');
      setConfig(incus.state, ...split(instance), key, value === '' ? undefined : value);
      return value === '' ? `${instance} has no ${key} any more.` : `${instance} has ${key}=${value}.`;
    },
  },
  {
    id: 'delete',
    title: 'Delete an instance',
    fields: [INSTANCE],
    run: ({ incus }, { instance = '' }) => {
      remove(incus.state, ...split(instance));
      return `${instance} is deleted.`;
    },
  },
];

/** What reads as an instance, in the order of the page. */
export function instanceChoices({ incus }: DemoWorld): readonly Choice[] {
  return plainChoices([...incus.state.instances.keys()].sort());
}

function split(instance: string): [string, string] {
  const at = instance.indexOf('/');
  return [instance.slice(0, at), instance.slice(at + 1)];
}

function assertName(name: string): void {
  if (!isHostLabel(name) || !/^[a-z]/i.test(name))
    throw new Error('A name is made of letters, digits and hyphens, and begins with a letter.');
}
