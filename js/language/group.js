// Object.groupBy and Map.groupBy.
(function () {
  'use strict';

  function grouped(items, callback, keyOf) {
    if (typeof callback !== 'function') throw new TypeError('groupBy needs a function');
    const groups = new Map();
    let index = 0;
    for (const item of items) {
      const key = keyOf(callback(item, index++));
      const group = groups.get(key);
      if (group) group.push(item);
      else groups.set(key, [item]);
    }
    return groups;
  }

  return {
    'Object.groupBy': function (items, callback) {
      const result = Object.create(null);
      for (const [key, group] of grouped(items, callback, (key) => (typeof key === 'symbol' ? key : `${key}`))) result[key] = group;
      return result;
    },
    'Map.groupBy': function (items, callback) { return grouped(items, callback, (key) => key); },
  };
})
