import { ref } from 'vue';

export const helpShown = ref(false);
