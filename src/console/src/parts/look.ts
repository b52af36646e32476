import { ref, watch } from 'vue';

export type Look = 'auto' | 'light' | 'dark' | 'contrast';
export const LOOKS: readonly Look[] = ['auto', 'light', 'dark', 'contrast'];

const KEPT_UNDER = 'hotline.look';
const kept = localStorage.getItem(KEPT_UNDER);

export const look = ref<Look>(LOOKS.find((one) => one === kept) ?? 'auto');

watch(
  look,
  (chosen) => {
    localStorage.setItem(KEPT_UNDER, chosen);
    if (chosen === 'auto') delete document.documentElement.dataset.look;
    else document.documentElement.dataset.look = chosen;
  },
  { immediate: true },
);
