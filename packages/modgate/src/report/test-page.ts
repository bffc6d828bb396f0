/** As much of a browser's page as the viewer of traces uses, for tests. */

import type { Page, PageElement, PageEvent } from './trace-viewer-rows.ts'

export interface TestElement extends PageElement {
  readonly children: TestElement[]
  readonly styles: Map<string, string>
  readonly attributes: Map<string, string>
  fire(kind: string, event?: Partial<PageEvent>): void
}

export interface TestPage extends Page {
  getElementById(id: string): TestElement
  /** How many elements were made so far. */
  readonly made: () => number
}

/** A page with these texts in its elements; an element that nobody has named is there all the same. Heights are 400 pixels. */
export function testPage(texts: Readonly<Record<string, string>>): TestPage {
  const elements = new Map<string, TestElement>()
  let made = 0
  return {
    getElementById(id) {
      const element = elements.get(id) ?? testElement(texts[id] ?? '')
      elements.set(id, element)
      return element
    },
    createElement() {
      made++
      return testElement('')
    },
    addEventListener: () => undefined,
    made: () => made,
  }
}

function testElement(textContent: string): TestElement {
  const children: TestElement[] = []
  const listeners = new Map<string, ((event: PageEvent) => void)[]>()
  const [styles, attributes] = [new Map<string, string>(), new Map<string, string>()]
  return {
    ...{ textContent, className: '', hidden: false, value: '', checked: false, scrollTop: 0 },
    ...{ clientHeight: 400, clientWidth: 1000, children, styles, attributes },
    style: { setProperty: (name, value) => void styles.set(name, value) },
    append: (...more) => void children.push(...(more as TestElement[])),
    replaceChildren: (...more) => void children.splice(0, children.length, ...(more as TestElement[])),
    setAttribute: (name, value) => void attributes.set(name, value),
    getBoundingClientRect: () => ({ left: 0, width: 1000 }),
    addEventListener: (kind, listener) => void listeners.set(kind, [...(listeners.get(kind) ?? []), listener]),
    fire: (kind, event = {}) => {
      for (const listener of listeners.get(kind) ?? []) listener({ preventDefault: () => undefined, ...event })
    },
  }
}
