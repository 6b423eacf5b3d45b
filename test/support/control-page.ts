/** The control page of `slash32 demo --serve`, as a person with a browser uses it. */
export interface ControlPage {
  /** The page as it is now. */
  page(): Promise<string>;
  /**
   * Fills in the form of that title and sends it: by the labels of its fields, of choices the one whose text begins so. Resolves to what
   * the page says was done. Throws where there is no such form, field or choice.
   */
  submit(title: string, values: Readonly<Record<string, string>>): Promise<string>;
}

/** Opens it at its address. */
export async function openControl(address: string): Promise<ControlPage> {
  const page = async (): Promise<string> => (await fetch(`${address}/`)).text();
  return {
    page,
    async submit(title, values) {
      const form = (await page()).split('<form ').find((one) => one.includes(`<h3>${title}</h3>`));
      if (form === undefined) throw new Error(`the page has no form "${title}"`);
      const body = new URLSearchParams({ proof: /name="proof" value="([^"]+)"/.exec(form)?.[1] ?? '' });
      const fields = labels(form);
      for (const [label, value] of Object.entries(values)) {
        const field = fields.find((one) => one.label === label);
        if (field === undefined) throw new Error(`"${title}" has no field "${label}"`);
        body.set(field.name, field.choices === undefined ? value : choice(field.choices, value));
      }
      const answer = await fetch(`${address}${/action="([^"]+)"/.exec(form)?.[1]}`, {
        method: 'POST',
        body,
        headers: { origin: address, 'sec-fetch-site': 'same-origin' },
      });
      return /<ul class="said"[^>]*><li[^>]*>([^<]*)</.exec(await answer.text())?.[1] ?? '';
    },
  };
}

interface Label {
  readonly label: string;
  readonly name: string;
  readonly choices: readonly { readonly value: string; readonly text: string }[] | undefined;
}

function labels(form: string): Label[] {
  return [...form.matchAll(/<label>([^<]+) <(input|select) name="([^"]+)"([\s\S]*?)<\/label>/g)].map(
    ([, label = '', tag, name = '', rest = '']) => ({
      label,
      name,
      choices:
        tag === 'input'
          ? undefined
          : [...rest.matchAll(/<option value="([^"]*)">([^<]*)</g)].map(([, value = '', text = '']) => ({
              value,
              text,
            })),
    }),
  );
}

function choice(choices: NonNullable<Label['choices']>, text: string): string {
  const found = choices.find((one) => one.text === text || one.text.startsWith(`${text} `));
  if (found === undefined) throw new Error(`"${text}" is not among ${choices.map((one) => one.text).join(', ')}`);
  return found.value;
}
