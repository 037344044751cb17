//! Threads that help one extent's writer to encode, for as long as it writes.

use std::{
    sync::{
        Arc,
        mpsc::{Receiver, Sender, channel},
    },
    thread::{self, JoinHandle},
};

use parking_lot::Mutex;

type Job = Box<dyn FnOnce() + Send>;

/// See the file's header. Dropped, its threads end.
pub(super) struct EncodePool {
    jobs: Option<Sender<Job>>,
    helpers: Vec<JoinHandle<()>>,
}

/// A task did not come to its end: its thread panicked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TaskLost;

impl EncodePool {
    /// Starts the threads that work beside the caller's.
    pub(super) fn new(helpers: usize) -> Self {
        let (jobs, receiver) = channel();
        let receiver = Arc::new(Mutex::new(receiver));
        let helpers = (0..helpers).map(|_| {
            let receiver = receiver.clone();
            thread::spawn(move || work_until_closed(&receiver))
        });
        Self { jobs: Some(jobs), helpers: helpers.collect() }
    }

    /// Does the work of each task, several at the same time, the first ones first, and returns the results in the order
    /// of the tasks.
    pub(super) fn run<T, R>(&self, tasks: Vec<T>, work: fn(T) -> R) -> Result<Vec<R>, TaskLost>
    where
        T: Send + 'static,
        R: Send + 'static,
    {
        let count = tasks.len();
        let tasks = Arc::new(Mutex::new(tasks.into_iter().enumerate()));
        let (results, received) = channel();
        for _ in &self.helpers {
            let (tasks, results) = (tasks.clone(), results.clone());
            let job = Box::new(move || work_on(&tasks, &results, work));
            // Fails only where the helpers have gone; then the caller does all itself.
            let _ = self.jobs.as_ref().map(|jobs| jobs.send(job));
        }
        work_on(&tasks, &results, work);
        drop(results);
        let mut done: Vec<Option<R>> = (0..count).map(|_| None).collect();
        // Ends when all are done: those who work hold the other end.
        for (index, result) in received.iter().take(count) {
            done[index] = Some(result);
        }
        done.into_iter().collect::<Option<_>>().ok_or(TaskLost)
    }
}

impl Drop for EncodePool {
    fn drop(&mut self) {
        self.jobs = None;
        for helper in self.helpers.drain(..) {
            // One that panicked has lost its task, which the caller has been told.
            let _ = helper.join();
        }
    }
}

fn work_until_closed(jobs: &Mutex<Receiver<Job>>) {
    loop {
        let job = jobs.lock().recv();
        match job {
            Ok(job) => job(),
            Err(_) => return,
        }
    }
}

fn work_on<T, R>(tasks: &Mutex<impl Iterator<Item = (usize, T)>>, results: &Sender<(usize, R)>, work: fn(T) -> R) {
    loop {
        let task = tasks.lock().next();
        let Some((index, task)) = task else { return };
        if results.send((index, work(task))).is_err() {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_task_is_done_and_results_keep_the_order_of_the_tasks() {
        for helpers in [0, 1, 4] {
            let pool = EncodePool::new(helpers);
            for count in [0, 1, 3, 100] {
                let squares = pool.run((0..count).collect(), |number: u64| number * number).unwrap();
                assert_eq!(squares, (0..count).map(|number| number * number).collect::<Vec<_>>());
            }
        }
    }

    #[test]
    fn a_task_that_panics_on_another_thread_is_told() {
        let pool = EncodePool::new(1);
        let caller = thread::current().id();
        // The caller's own tasks wait until the helper has taken one.
        let (taken, wait) = channel::<()>();
        let (taken, wait) = (Arc::new(Mutex::new(Some(taken))), Arc::new(Mutex::new(wait)));
        let tasks: Vec<_> = (0..2).map(|_| (caller, taken.clone(), wait.clone())).collect();
        let outcome = pool.run(tasks, |(caller, taken, wait)| {
            if thread::current().id() == caller {
                let _ = wait.lock().recv();
            } else {
                taken.lock().take();
                panic!("as the test wants");
            }
        });
        assert_eq!(outcome, Err(TaskLost));
    }
}
