/** Whether hallpass-server serves these pages, or some other host serves the tools alone; each build says which. */
declare const servedByHallpass: boolean
