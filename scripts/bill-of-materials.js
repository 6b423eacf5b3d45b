// Which packages the built program carries, for whoever has to look after them.

/**
 * A list of materials (CycloneDX 1.5, https://cyclonedx.org/docs/1.5/json/) of dist/third-party.json, with the checksums of
 * package-lock.json; the same bytes for the same two. Throws where a version is not the one that the lock file names.
 */
export function billOfMaterials(lock, carried) {
  const { name, version, license } = lock.packages[''];
  const components = carried
    .map((one) => componentOf(one.name, lockedAs(lock, one)))
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

function lockedAs(lock, { path, name, version }) {
  const locked = lock.packages[path];
  if (locked?.version !== version)
    throw new Error(
      `dist holds ${name} ${version}, package-lock.json ${locked?.version ?? 'no such package'}: npm ci && npm run build`,
    );
  return locked;
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
