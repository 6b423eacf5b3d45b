// What of package-lock.json an installation gets: the packages that the program needs to run, each at one version with its checksum.

/** The lock file without what only building and testing need, as npm-shrinkwrap.json says it. */
export function productionLock(lock) {
  const packages = Object.entries(lock.packages).filter(([, one]) => one.dev !== true && one.devOptional !== true);
  const { devDependencies: _, ...root } = lock.packages[''];
  return { ...lock, packages: Object.fromEntries(packages.map(([path, one]) => [path, path === '' ? root : one])) };
}

/** The same as a list of materials (CycloneDX 1.5, https://cyclonedx.org/docs/1.5/json/), the same bytes for the same lock file. */
export function billOfMaterials(lock) {
  const { name, version, license } = lock.packages[''];
  const components = Object.entries(productionLock(lock).packages)
    .filter(([path]) => path !== '')
    .map(([path, one]) => componentOf(path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length), one))
    .toSorted((one, other) => (one.purl < other.purl ? -1 : 1));
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.5',
    version: 1,
    metadata: {
      component: {
        type: 'application',
        name,
        version,
        purl: `pkg:npm/${name}@${version}`,
        licenses: licensesOf(license),
      },
    },
    components: components.filter((one, at) => components[at - 1]?.purl !== one.purl),
  };
}

function componentOf(name, { version, license, integrity }) {
  const [algorithm, sum] = (integrity ?? '').split('-');
  return {
    type: 'library',
    name,
    version,
    purl: `pkg:npm/${name.replace('@', '%40')}@${version}`,
    licenses: licensesOf(license),
    hashes:
      sum === undefined
        ? []
        : [
            {
              alg: algorithm.toUpperCase().replace('SHA', 'SHA-'),
              content: Buffer.from(sum, 'base64').toString('hex'),
            },
          ],
  };
}

function licensesOf(license) {
  return license === undefined ? [] : [{ expression: license }];
}
