// What a finished page is made of, as a reader, a screen reader and a keyboard meet it.
() => {
  const all = selector => [...document.querySelectorAll(selector)]
  const seen = one => one.getClientRects().length > 0
  const text = said => (said || '').replace(/\s+/g, ' ').trim()
  const named = one => {
    const by = one.getAttribute('aria-labelledby')
    if (by) return text(by.split(/\s+/).map(id => document.getElementById(id)?.textContent || '').join(' '))
    return text(one.getAttribute('aria-label') || one.getAttribute('alt') || one.querySelector(':scope > title')?.textContent)
  }
  const pictures = all('svg, img').filter(one => seen(one) && !one.parentElement.closest('svg')
    && one.getAttribute('aria-hidden') !== 'true')
  const ids = all('[id]').map(one => one.id)
  const skip = document.querySelector('a')
  return {
    lang: document.documentElement.lang,
    title: document.title,
    policy: document.querySelector('meta[http-equiv="Content-Security-Policy"]')?.content || '',
    viewport: !!document.querySelector('meta[name=viewport]'),
    headings: all('h1, h2, h3, h4, h5, h6').filter(seen).map(one => +one.tagName[1]),
    landmarks: Object.fromEntries(['main', 'header', 'nav', 'footer'].map(one => [one, all(one).length])),
    skip: { text: text(skip?.textContent), to: skip?.getAttribute('href') },
    scripts: all('script:not([type="application/json"])').length,
    active: all('iframe, object, embed, form, base, link, [href^="javascript:" i]').map(one => one.outerHTML.slice(0, 80)),
    handlers: all('*').flatMap(one => one.getAttributeNames()).filter(name => /^on|^style$/i.test(name)),
    addresses: (document.documentElement.outerHTML.match(/https?:[^"'<\s]*|\burl\((?!#)[^)]*|@import[^;]*/gi) || [])
      .filter(one => one !== 'http://www.w3.org/2000/svg'),
    doubled: ids.filter((id, place) => ids.indexOf(id) !== place),
    astray: all('a[href^="#"]').map(one => one.getAttribute('href')).filter(href => !document.getElementById(href.slice(1))),
    pre: all('pre').length,
    pictures: pictures.map(one => ({
      name: named(one),
      role: one.getAttribute('role'),
      caption: text(one.closest('figure')?.querySelector('figcaption')?.textContent),
      texts: one.querySelectorAll('text').length,
    })),
    tables: all('table').map(one => ({
      caption: text(one.caption?.textContent),
      headings: [...one.querySelectorAll('th')].map(th => [th.getAttribute('scope') || '', text(th.textContent)]),
      rows: one.tBodies[0]?.rows.length || 0,
      named: [...(one.tBodies[0]?.rows || [])].every(row => row.cells[0].matches('th[scope=row]')),
    })),
    stops: all('a[href], [tabindex="0"], summary').filter(seen).length,
    background: getComputedStyle(document.body).backgroundColor,
  }
}
