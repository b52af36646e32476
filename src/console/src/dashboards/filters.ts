import { computed, reactive, ref, watch } from 'vue';
import { useRoute, useRouter, type LocationQuery, type LocationQueryRaw } from 'vue-router';
import { SHOWS, type Filters, type Show } from './rows';

const NONE: Filters = { division: '', state: '', show: '', mine: false, search: '' };

const last = ref('/board');
/** The board as it was last narrowed: going back finds it so. */
export const pathOfBoard = computed(() => last.value);

function read(query: LocationQuery): Filters {
  const text = (name: string): string => (typeof query[name] === 'string' ? query[name] : '');
  const show = SHOWS.find((one) => one === text('show'));
  return {
    division: text('division'),
    state: text('state'),
    show: show ?? '',
    mine: text('mine') === '1',
    search: text('q'),
  };
}

function write(filters: Filters): LocationQueryRaw {
  const { division, state, show, mine, search } = filters;
  const told = { division, state, show, mine: mine ? '1' : '', q: search };
  return Object.fromEntries(Object.entries(told).filter(([, value]) => value !== ''));
}

/** The filters live in the address, so that a reload, a link to a colleague and the way back all keep them. */
export function useFilters(): {
  filters: Filters;
  narrowed: () => boolean;
  clear: () => void;
  toggle: (show: Show) => void;
} {
  const route = useRoute();
  const router = useRouter();
  const filters = reactive<Filters>(read(route.query));
  watch(filters, async () => {
    await router.replace({ path: '/board', query: write(filters) });
    last.value = router.currentRoute.value.fullPath;
  });
  watch(
    () => route.fullPath,
    (path) => {
      if (route.path !== '/board') return;
      last.value = path;
      const told = read(route.query);
      if (JSON.stringify(told) !== JSON.stringify({ ...filters })) Object.assign(filters, told);
    },
    { immediate: true },
  );
  return {
    filters,
    narrowed: () => JSON.stringify({ ...filters }) !== JSON.stringify(NONE),
    clear: () => void Object.assign(filters, NONE),
    toggle: (show) => (filters.show = filters.show === show ? '' : show),
  };
}
