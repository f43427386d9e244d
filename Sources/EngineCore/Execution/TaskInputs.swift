/// What a worker or a person is given for a task: the inputs of its definition, or all that its token sees.
public func taskInputs(
  of token: Token, in instance: ProcessInstance, definition: ProcessDefinition
) throws(ExpressionError) -> Context {
  let context = StepContext(definition: definition, now: instance.updatedAt, epoch: 0)
  let stepper = Stepper(instance: instance, context: context)
  let visible = stepper.visibleVariables(of: token)
  guard let assignment = stepper.assignment(of: token), !assignment.inputs.isEmpty else { return visible }
  return try stepper.evaluate(assignment.inputs, visible)
}
